"""``/api/v1/staff/todo…``."""

from django.urls import path

from apps.approvals.api.v1.views import AcceptItem, AssignItem, RejectItem, TodoItem, TodoItems

urlpatterns = [
    path("todo", TodoItems.as_view(), name="staff-todo"),
    path("todo/<int:item_id>", TodoItem.as_view(), name="staff-todo-item"),
    path("todo/<int:item_id>/accept", AcceptItem.as_view(), name="staff-todo-accept"),
    path("todo/<int:item_id>/reject", RejectItem.as_view(), name="staff-todo-reject"),
    path("todo/<int:item_id>/assign", AssignItem.as_view(), name="staff-todo-assign"),
]
