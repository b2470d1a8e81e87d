"""``/api/v1/staff/…``: staff sign in, hear about themselves, their colleagues and the roles."""

from django.urls import path

from apps.accounts.api.v1 import views

urlpatterns = [
    path("me", views.Me.as_view(), name="me"),
    path("auth/sign-in", views.SignIn.as_view(), name="staff-sign-in"),
    path("auth/refresh", views.Refresh.as_view(), name="staff-refresh"),
    path("auth/sign-out", views.SignOut.as_view(), name="staff-sign-out"),
    path("users", views.Staff.as_view(), name="staff-users"),
    path("users/<int:user_id>", views.StaffMember.as_view(), name="staff-user"),
    path("users/<int:user_id>/roles", views.StaffRoles.as_view(), name="staff-user-roles"),
    path("users/<int:user_id>/overrides", views.StaffOverrides.as_view(), name="staff-user-overrides"),
    path("users/<int:user_id>/deactivate", views.DeactivateStaff.as_view(), name="staff-user-deactivate"),
    path("users/<int:user_id>/reactivate", views.ReactivateStaff.as_view(), name="staff-user-reactivate"),
    path("users/<int:user_id>/password", views.StaffPassword.as_view(), name="staff-user-password"),
    path("roles", views.Roles.as_view(), name="staff-roles"),
    path("roles/<int:role_id>", views.RoleDetail.as_view(), name="staff-role"),
    path("roles/<int:role_id>/grants", views.RoleGrants.as_view(), name="staff-role-grants"),
    path("roles/<int:role_id>/grants/review", views.RoleGrantsReview.as_view(), name="staff-role-review"),
]
